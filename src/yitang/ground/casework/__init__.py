"""The one kernel of states, deadlines, assignment, worklist, history and supervision."""
