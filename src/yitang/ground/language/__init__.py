"""Segmentation, pinyin, place names, redaction, similarity, the trainable classifier."""
