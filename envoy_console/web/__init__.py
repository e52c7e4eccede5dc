"""What the pages of both consoles share: who is looking, what they may do, how a view
answers, and how values are worded.
"""
