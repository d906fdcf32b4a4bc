using System.Globalization;

namespace KoopmanMesh.Cli.Up;

/// <summary>An account that servers run under where this process is root's, which PostgreSQL refuses.</summary>
/// <param name="Name">Its name.</param>
/// <param name="User">Its number.</param>
/// <param name="Group">Its group's number.</param>
internal sealed record Account(string Name, int User, int Group)
{
    private const string AccountsFile = "/etc/passwd";

    /// <summary>What setpriv is told to become it.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        string.Create(CultureInfo.InvariantCulture, $"--reuid={User}"),
        string.Create(CultureInfo.InvariantCulture, $"--regid={Group}"),
        "--clear-groups",
    ];

    /// <summary>The first of these accounts that the machine has, if this process is root's; null otherwise.</summary>
    public static Account? Unprivileged(params IReadOnlyList<string> names)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return null;
        }

        var accounts = File.ReadLines(AccountsFile).Select(static line => line.Split(':'))
            .Where(static fields => fields.Length > 3)
            .ToDictionary(static fields => fields[0], StringComparer.Ordinal);
        var name = names.FirstOrDefault(accounts.ContainsKey) ?? throw new CliException(
            ExitCodes.Environment,
            $"none of the accounts {string.Join(", ", names)} exists, and servers don't run as root; start koopmesh up "
            + "as another user");
        var found = accounts[name];
        return new Account(
            name, int.Parse(found[2], CultureInfo.InvariantCulture), int.Parse(found[3], CultureInfo.InvariantCulture));
    }
}
