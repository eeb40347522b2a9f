"""What people who write rules do with them: test, measure, learn, draft and export."""
