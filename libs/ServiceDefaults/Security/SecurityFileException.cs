using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>A certificate, key, token or key set can't be read, or isn't what it should be.</summary>
/// <param name="setting">The setting that names the file.</param>
/// <param name="path">The file.</param>
/// <param name="problem">What is wrong, as the end of a sentence; never the file's content.</param>
/// <param name="inner">What caused it.</param>
public sealed class SecurityFileException(string setting, string path, string problem, Exception? inner = null)
    : KoopmanMeshException(
        ErrorKind.FailedPrecondition, "SECURITY_FILE_INVALID", $"{setting} is '{path}', {problem}", inner)
{
    /// <inheritdoc/>
    public override ErrorDescription Describe() => base.Describe() with { ResourceName = setting };
}
