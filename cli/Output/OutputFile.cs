using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Cli.Output;

/// <summary>A file that the user named: told early when it can't be written, and never left half written.</summary>
internal static class OutputFile
{
    public static AtomicFile Begin(string path) => Try(path, () => new AtomicFile(path));

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
