"""The evidence of a round, put together to be printed and packed."""
