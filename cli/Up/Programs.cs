namespace KoopmanMesh.Cli.Up;

/// <summary>The programs that a local mesh is made of; those of this project lie beside this one.</summary>
internal sealed class Programs
{
    private const string PostgresVersions = "/usr/lib/postgresql";

    private readonly List<string> _missing = [];

    public string Setsid { get; private set; } = "";

    public string Setpriv { get; private set; } = "";

    public string Sidecar { get; private set; } = "";

    public string RedisServer { get; private set; } = "";

    public string Postgres { get; private set; } = "";

    public string InitDb { get; private set; } = "";

    /// <summary>Finds all that the options need.</summary>
    /// <exception cref="CliException">Some are missing; it has a sentence for each.</exception>
    public static Programs Find(UpOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new CliException(
                ExitCodes.Environment, "koopmesh up needs Linux; koopmesh serve has the same services in one process");
        }

        var programs = new Programs();
        programs.Setsid = programs.OnPath("setsid", "install util-linux");
        programs.Setpriv = programs.OnPath("setpriv", "install util-linux");
        programs.Sidecar = options.Sidecar is { } given
            ? programs.At(given)
            : programs.OnPath("daprd", "install the Dapr runtime (https://docs.dapr.io) or name it by --sidecar");
        if (options.Redis is null)
        {
            programs.RedisServer = programs.OnPath(
                "redis-server", "install redis-server or name a running Redis by --redis HOST:PORT");
        }

        if (options.Postgres is null)
        {
            const string install = "install postgresql or name a running PostgreSQL by --postgres CONNECTION";
            programs.Postgres = programs.OnPath("postgres", install, PostgresFolders());
            programs.InitDb = programs.OnPath("initdb", install, PostgresFolders());
        }

        foreach (var service in Services.All)
        {
            programs.At(Services.ProgramOf(service));
        }

        return programs._missing.Count == 0
            ? programs
            : throw new CliException(ExitCodes.Environment, string.Join("\nkoopmesh: ", programs._missing));
    }

    private string At(string path)
    {
        if (!File.Exists(path))
        {
            _missing.Add($"there is no program '{path}'");
        }

        return Path.GetFullPath(path);
    }

    private string OnPath(string name, string otherwise, IEnumerable<string>? further = null)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Concat(further ?? []);
        var found = folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (found is null)
        {
            _missing.Add($"the program '{name}' is not on PATH; {otherwise}");
        }

        return found ?? "";
    }

    // Debian keeps the server's programs off PATH, a folder for each version.
    private static IEnumerable<string> PostgresFolders() => Directory.Exists(PostgresVersions)
        ? Directory.EnumerateDirectories(PostgresVersions)
            .OrderByDescending(static folder => int.TryParse(Path.GetFileName(folder), out var v) ? v : 0)
            .Select(static folder => Path.Combine(folder, "bin"))
        : [];
}
