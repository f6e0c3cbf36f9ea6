"""The session of a BuildKit build: a gRPC server that the engine calls over a connection which the client opened.

HTTP/2 is the library h2's. The few messages are read and written here: they have ten fields at most, so that protobuf's own
library with generated code would be the larger part.
"""
