"""Speech in and out: hearing with Deepgram, speaking with ElevenLabs, and the audio between.

Its modules load libraries that take time: whoever serves pages imports them when they are needed.
"""
