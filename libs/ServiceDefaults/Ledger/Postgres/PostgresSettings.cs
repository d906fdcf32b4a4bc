using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Storage;
using Npgsql;

namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>How the ledger's database is reached. What is said about a wrong setting never shows the setting.</summary>
internal static class PostgresSettings
{
    // Statements of the ledger are few, and each is worth being planned once.
    private const int PreparedStatements = 40;

    /// <summary>What is wrong with the connection string; null when nothing is.</summary>
    internal static string? Problem(StateOptions options)
    {
        var inFile = !string.IsNullOrWhiteSpace(options.PostgresFile);
        if (inFile == !string.IsNullOrWhiteSpace(options.Postgres))
        {
            return inFile
                ? "State:Postgres and State:PostgresFile are both set, expected one of them"
                : "State:Ledger is Postgres, and neither State:Postgres nor State:PostgresFile names a database";
        }

        var setting = inFile ? "the content of State:PostgresFile" : "State:Postgres";
        try
        {
            return string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(Text(options)).Host)
                ? $"{setting} names no Host, expected an Npgsql connection string"
                : null;
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            return $"State:PostgresFile \"{options.PostgresFile}\" cannot be read: {e.Message}";
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException
            or KeyNotFoundException or OverflowException)
        {
            return $"{setting} is not an Npgsql connection string, expected 'Host=…;Username=…;Password=…;Database=…'";
        }
    }

    /// <summary>The connection string of what works on the ledger.</summary>
    internal static string Pooled(StateOptions options)
    {
        var settings = Common(options);
        settings.MaxPoolSize = options.PostgresConnections;
        settings.MinPoolSize = Math.Min(settings.MinPoolSize, options.PostgresConnections);
        settings.MaxAutoPrepare = PreparedStatements;
        return settings.ConnectionString;
    }

    /// <summary>The connection string of the one connection that listens.</summary>
    internal static string Listening(StateOptions options)
    {
        var settings = Common(options);
        settings.Pooling = false;
        return settings.ConnectionString;
    }

    /// <summary>A schema as SQL names it: a word of SQL may be one too.</summary>
    internal static string Quoted(string schema) => $"\"{schema}\"";

    private static NpgsqlConnectionStringBuilder Common(StateOptions options)
    {
        var seconds = (int)Math.Ceiling(options.PostgresTimeout.TotalSeconds);
        var settings = new NpgsqlConnectionStringBuilder(Text(options))
        {
            SearchPath = Quoted(options.PostgresSchema),
            Timeout = seconds,
            CommandTimeout = seconds,
            Enlist = false,
        };
        settings.ApplicationName ??= "koopmanmesh";
        return settings;
    }

    private static string Text(StateOptions options) => string.IsNullOrWhiteSpace(options.PostgresFile)
        ? options.Postgres!
        : File.ReadAllText(options.PostgresFile).Trim();
}
