namespace KoopmanMesh.ServiceDefaults.Tests.Support;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("koopmanmesh-tests-").FullName;

    public IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(Path, f));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
