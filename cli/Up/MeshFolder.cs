namespace KoopmanMesh.Cli.Up;

/// <summary>The folder of a local mesh, which one <c>koopmesh up</c> at a time has.</summary>
internal sealed class MeshFolder : IDisposable
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private MeshFolder(string root, FileStream owner) => (Root, _lock) = (root, owner);

    public string Root { get; }

    /// <summary>Artifacts and trainings, of all replicas.</summary>
    public string State => Path.Combine(Root, "state");

    public string Logs => Path.Combine(Root, "logs");

    public string Postgres => Path.Combine(Root, "postgres");

    public string Redis => Path.Combine(Root, "redis");

    public string Dapr => Path.Combine(Root, "dapr");

    /// <summary>What the ledger's server is told by; holds a password.</summary>
    public string LedgerConnection => Path.Combine(Root, "ledger-connection");

    public string MeshFile => Path.Combine(Root, "mesh.json");

    /// <summary>Makes the folder, if there is none, and takes it.</summary>
    /// <exception cref="CliException">Another has it, or it can't be made.</exception>
    public static MeshFolder Take(string path)
    {
        var root = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Environment, $"the folder \"{root}\" can't be made: {e.Message}", e);
        }

        var file = Path.Combine(root, ".up");
        try
        {
            var folder = new MeshFolder(
                root, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            Directory.CreateDirectory(folder.State);
            Directory.CreateDirectory(folder.Logs);
            Directory.CreateDirectory(folder.Dapr);
            return folder;
        }
        catch (IOException e) when (File.Exists(file))
        {
            throw new CliException(
                ExitCodes.Environment,
                $"another 'koopmesh up' runs the mesh in \"{root}\"; stop it, or choose another --data-dir", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Environment, $"the folder \"{root}\" can't be written: {e.Message}", e);
        }
    }

    /// <summary>Writes a file that nobody else may read.</summary>
    public static void WriteSecret(string path, string content)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = PrivateFile;
        }

        using var stream = new FileStream(path, options);
        using var writer = new StreamWriter(stream);
        writer.Write(content);
    }

    public void Dispose() => _lock.Dispose();
}
