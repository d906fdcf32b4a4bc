namespace KoopmanMesh.Servers;

/// <summary>PostgreSQL refuses to run as root: there it runs as a user that can do nothing else.</summary>
internal static class Unprivileged
{
    private static readonly string[] _candidates = ["postgres", "nobody"];

    private static string User => _user.Value;

    private static readonly Lazy<string> _user = new(static () =>
    {
        var known = File.ReadLines("/etc/passwd").Select(static line => line.Split(':')[0]).ToHashSet();
        return _candidates.FirstOrDefault(known.Contains)
            ?? throw new ServerException(
                $"PostgreSQL does not run as root, and none of the users {string.Join(", ", _candidates)} is there");
    });

    /// <summary>The command as that user's.</summary>
    internal static string[] Command(params string[] command) => !Environment.IsPrivilegedProcess
        ? command
        :
        [
            Programs.Find("setpriv", "util-linux"), $"--reuid={User}", $"--regid={Group()}", "--clear-groups",
            .. command,
        ];

    /// <summary>Gives the folder and what is in it to that user.</summary>
    internal static Task OwnAsync(string folder, CancellationToken ct) => !Environment.IsPrivilegedProcess
        ? Task.CompletedTask
        : Programs.RunAsync([Programs.Find("chown", "coreutils"), "-R", $"{User}:{Group()}", folder], ct);

    // By number: the group of a user need not have its name.
    private static string Group() =>
        File.ReadLines("/etc/passwd").Select(static line => line.Split(':')).First(f => f[0] == User)[3];
}
