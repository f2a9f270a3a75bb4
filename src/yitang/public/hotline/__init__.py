"""Appeals, dispatch, answers and call-back."""
