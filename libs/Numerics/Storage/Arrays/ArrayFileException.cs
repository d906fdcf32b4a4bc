namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>A file with an array is missing, damaged, or holds something else than was expected.</summary>
public sealed class ArrayFileException(string message, Exception? cause = null) : Exception(message, cause);
