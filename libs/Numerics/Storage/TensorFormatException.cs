namespace KoopmanMesh.Numerics.Storage;

/// <summary>
/// A file is not the safetensors archive it should be: damaged, cut short, or with other contents than expected.
/// </summary>
public sealed class TensorFormatException(string message, Exception? cause = null) : Exception(message, cause);
