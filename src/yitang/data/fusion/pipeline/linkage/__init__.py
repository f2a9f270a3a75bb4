"""Records of many sources linked without a number that all of them have.

``forms`` puts values into the form in which they are compared, ``borrowed`` finds numbers that are
somebody else's, ``blocks`` says which pairs are worth comparing, ``levels`` compares them,
``judging`` learns what agreement means, ``merging`` makes entities of the pairs, ``golden`` chooses
each field's value, ``linking`` leads through all of it on either engine.
"""
