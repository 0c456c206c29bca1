"""What the answers look like: values of the analysis in, ``discord.Embed`` out."""
