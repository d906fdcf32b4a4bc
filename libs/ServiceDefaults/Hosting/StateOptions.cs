using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>Where the mesh keeps what must survive a restart, and how much of it.</summary>
public sealed class StateOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "State";

    /// <summary>Default of <see cref="MaxArtifactBytes"/>: 16 GiB.</summary>
    public const long DefaultMaxArtifactBytes = 16L << 30;

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

    private static string DefaultRoot()
    {
        var data = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length == 0 ? "" : Path.Combine(data, "koopmanmesh");
    }
}

/// <summary>Lists everything that is wrong with <see cref="StateOptions"/>.</summary>
internal sealed class StateOptionsValidator : IValidateOptions<StateOptions>
{
    public ValidateOptionsResult Validate(string? name, StateOptions options)
    {
        List<string> failures = [];
        if (string.IsNullOrWhiteSpace(options.Root))
        {
            failures.Add("State:Root is empty and there is no user data folder, expected a folder");
        }

        if (options.MaxArtifactBytes < 1)
        {
            failures.Add($"State:MaxArtifactBytes is {options.MaxArtifactBytes}, expected at least 1 byte");
        }

        if (options.ProgressPersistence < TimeSpan.Zero)
        {
            failures.Add($"State:ProgressPersistence is {options.ProgressPersistence}, expected 0 or more");
        }

        if (options.WatchInterval < TimeSpan.Zero)
        {
            failures.Add($"State:WatchInterval is {options.WatchInterval}, expected 0 or more");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
