namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>Where the ledger of runs and their work is.</summary>
public enum LedgerKind
{
    /// <summary>In files under <see cref="StateOptions.Root"/>: one process.</summary>
    Files,

    /// <summary>In a PostgreSQL database: any number of processes on any number of machines.</summary>
    Postgres,
}

/// <summary>Where the mesh keeps what must survive a restart, and how much of it.</summary>
public sealed class StateOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "State";

    /// <summary>Default of <see cref="MaxArtifactBytes"/>: 16 GiB.</summary>
    public const long DefaultMaxArtifactBytes = 16L << 30;

    /// <summary>Default of <see cref="PostgresSchema"/>: koopmanmesh.</summary>
    public const string DefaultPostgresSchema = "koopmanmesh";

    /// <summary>Default of <see cref="PostgresConnections"/>: 20.</summary>
    public const int DefaultPostgresConnections = 20;

    /// <summary>Default of <see cref="PostgresTimeout"/>: 10 s.</summary>
    public static readonly TimeSpan DefaultPostgresTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Default of <see cref="LedgerPatience"/>: 30 s.</summary>
    public static readonly TimeSpan DefaultLedgerPatience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Folder of artifacts/ and runs/; made when it is first needed. Default: koopmanmesh in the user's data folder
    /// ($XDG_DATA_HOME or ~/.local/share).
    /// </summary>
    public string Root { get; set; } = DefaultRoot();

    /// <summary>Largest artifact that is accepted, in bytes, at least 1. Default: 16 GiB.</summary>
    public long MaxArtifactBytes { get; set; } = DefaultMaxArtifactBytes;

    /// <summary>
    /// Longest time that progress may be lost by a crash: how often it is written. Default: 1 s; 0 writes always.
    /// </summary>
    public TimeSpan ProgressPersistence { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Shortest time between two records that a watcher gets, the last one aside. Default: 100 ms.</summary>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Where the ledger is: <c>Files</c> or <c>Postgres</c>. Processes that share work share one database. Default:
    /// Files.
    /// </summary>
    public LedgerKind Ledger { get; set; } = LedgerKind.Files;

    /// <summary>
    /// Npgsql connection string of the ledger's database; secret where it holds a password. Not through a pooler that
    /// hands a connection on after each transaction: notifications need one of their own. Default: none.
    /// </summary>
    public string? Postgres { get; set; }

    /// <summary>Path of a file that holds the connection string, in place of it. Default: none.</summary>
    public string? PostgresFile { get; set; }

    /// <summary>
    /// Schema of the ledger's tables, made when it is first needed: 1 to 40 lower-case letters, digits and underscores,
    /// a letter first. Default: koopmanmesh.
    /// </summary>
    public string PostgresSchema { get; set; } = DefaultPostgresSchema;

    /// <summary>
    /// Most connections of this process to the database, 1 to 1,000, one more for notifications; who needs another
    /// waits. Default: 20.
    /// </summary>
    public int PostgresConnections { get; set; } = DefaultPostgresConnections;

    /// <summary>
    /// Longest time that connecting, and that a statement, may take before it is tried again: 1 s to 10 min. Default:
    /// 10 s.
    /// </summary>
    public TimeSpan PostgresTimeout { get; set; } = DefaultPostgresTimeout;

    /// <summary>
    /// How long an operation is tried again while the database is out of reach, 0 (once) to 1 h; then it fails as
    /// unavailable. Default: 30 s.
    /// </summary>
    public TimeSpan LedgerPatience { get; set; } = DefaultLedgerPatience;

    private static string DefaultRoot()
    {
        var data = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length == 0 ? "" : Path.Combine(data, "koopmanmesh");
    }
}
