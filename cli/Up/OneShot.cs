using System.Diagnostics;

namespace KoopmanMesh.Cli.Up;

/// <summary>Runs what ends by itself.</summary>
internal static class OneShot
{
    /// <exception cref="CliException">It failed; the message has what it said last.</exception>
    public static async Task RunAsync(
        Programs programs, Account? account, string folder, IReadOnlyList<string> command, CancellationToken ct)
    {
        if (await TryAsync(programs, account, folder, command, ct) is { } problem)
        {
            throw new CliException(ExitCodes.Environment, $"{Path.GetFileName(command[0])} failed: {problem}");
        }
    }

    /// <summary>Null where it succeeded; else what it said last.</summary>
    public static async Task<string?> TryAsync(
        Programs programs, Account? account, string folder, IReadOnlyList<string> command, CancellationToken ct)
    {
        IReadOnlyList<string> whole =
            account is null ? command : [programs.Setpriv, .. account.Arguments, "--", .. command];
        using var process = Process.Start(new ProcessStartInfo(whole[0], whole.Skip(1))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var error = await process.StandardError.ReadToEndAsync(ct);
        var said = (error.Length > 0 ? error : await output).TrimEnd();
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0
            ? null
            : said.Length == 0 ? $"it ended with exit code {process.ExitCode}" : said.Split('\n')[^1];
    }
}

/// <summary>Hands folders to the account that works in them.</summary>
internal static class Ownership
{
    /// <exception cref="CliException">The account can't get there.</exception>
    public static async Task GiveAsync(string folder, Account? account, Programs programs, CancellationToken ct)
    {
        if (account is null || OperatingSystem.IsWindows())
        {
            return;
        }

        // Into the mesh's folder, but not to what lies in it.
        var parent = Path.GetDirectoryName(folder)!;
        File.SetUnixFileMode(
            parent, File.GetUnixFileMode(parent) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        await OneShot.RunAsync(
            programs, null, folder,
            ["chown", "-R", FormattableString.Invariant($"{account.User}:{account.Group}"), folder], ct);
        if (await OneShot.TryAsync(programs, account, "/", ["test", "-x", folder], ct) is not null)
        {
            throw new CliException(
                ExitCodes.Environment,
                $"the account '{account.Name}', under which servers run where root starts them, can't enter "
                + $"\"{folder}\"; choose a --data-dir that others may enter, e.g. under /var/lib");
        }
    }
}
