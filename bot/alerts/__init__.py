"""Who is told: words for what is news."""
