using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace KoopmanMesh.Servers;

/// <summary>Finds programs and free ports, and runs what ends by itself.</summary>
internal static class Programs
{
    private const int FirstPort = 12_000;
    private const int LastPort = 32_000;
    private const string PostgresVersions = "/usr/lib/postgresql";

    /// <summary>The path of a program on PATH or, of PostgreSQL's, in the newest of Debian's folders.</summary>
    internal static string Find(string program, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(static f => f.Length > 0)
            .Concat(PostgresFolders());
        return folders.Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists)
            ?? throw new ServerException(
                $"the program '{program}' is not on PATH; install it (on Debian: apt-get install {package})");
    }

    /// <summary>
    /// A port of 127.0.0.1 that was free a moment ago, below those that the system hands to clients: while a server is
    /// down, a client that tries its port again and again could get that very port for its own end, be connected to
    /// itself and keep the server from coming back.
    /// </summary>
    internal static int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(FirstPort, LastPort);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }

    internal static async Task RunAsync(IReadOnlyList<string> command, CancellationToken ct)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
        {
            throw new ServerException(
                $"'{string.Join(' ', command)}' ended with {process.ExitCode}: {await error}{await output}");
        }
    }

    private static IEnumerable<string> PostgresFolders() => !Directory.Exists(PostgresVersions)
        ? []
        : Directory.EnumerateDirectories(PostgresVersions)
            .OrderByDescending(static f => int.TryParse(Path.GetFileName(f), out var version) ? version : 0)
            .Select(static f => Path.Combine(f, "bin"));
}
