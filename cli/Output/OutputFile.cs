using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Cli.Output;

/// <summary>A file that the user named: told early when it can't be written, and never left half written.</summary>
internal static class OutputFile
{
    /// <summary>Begins a file that is none of <paramref name="inputs"/>.</summary>
    public static AtomicFile Begin(string path, IEnumerable<string?> inputs)
    {
        RequireOther(path, inputs);
        return Try(path, () => new AtomicFile(path));
    }

    /// <summary>Refuses an output that would take the place of what is read.</summary>
    public static void RequireOther(string path, IEnumerable<string?> inputs)
    {
        var full = Path.GetFullPath(path);
        foreach (var input in inputs)
        {
            if (input is { Length: > 0 }
                && $"{Path.GetFullPath(input)}:".StartsWith($"{full}:", StringComparison.Ordinal))
            {
                throw new CliException(
                    ExitCodes.BadInput, $"'{path}' is also what is read; name another file with --output");
            }
        }
    }

    public static async Task CompleteAsync(AtomicFile file, string path, Func<Stream, Task> write)
    {
        try
        {
            await write(file.Content);
            file.Complete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CanNotBeWritten(path, e);
        }
    }

    public static T Try<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CanNotBeWritten(path, e);
        }
    }

    private static CliException CanNotBeWritten(string path, Exception e) => new(
        ExitCodes.Environment,
        $"'{path}' can't be written: {Reason(path, e)}; name another file with --output",
        e);

    // The exception would name the partial file.
    private static string Reason(string path, Exception e) => e switch
    {
        _ when Directory.Exists(path) => "it is a folder",
        DirectoryNotFoundException or FileNotFoundException => "there is no such folder",
        UnauthorizedAccessException => "access is denied",
        _ => e.Message,
    };
}
