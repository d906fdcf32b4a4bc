using System.Text.RegularExpressions;
using KoopmanMesh.ServiceDefaults.Ledger.Postgres;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>Lists everything that is wrong with <see cref="StateOptions"/>.</summary>
internal sealed partial class StateOptionsValidator : IValidateOptions<StateOptions>
{
    private const int MostConnections = 1000;
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _longestPatience = TimeSpan.FromHours(1);

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

        if (!Enum.IsDefined(options.Ledger))
        {
            failures.Add($"State:Ledger is {options.Ledger}, expected Files or Postgres");
        }
        else if (options.Ledger == LedgerKind.Postgres)
        {
            AddPostgres(failures, options);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void AddPostgres(List<string> failures, StateOptions options)
    {
        if (PostgresSettings.Problem(options) is { } problem)
        {
            failures.Add(problem);
        }

        if (!SchemaPattern().IsMatch(options.PostgresSchema))
        {
            failures.Add(
                $"State:PostgresSchema is '{options.PostgresSchema}', expected 1 to 40 lower-case letters, digits and "
                + "underscores, a letter first");
        }

        if (options.PostgresConnections is < 1 or > MostConnections)
        {
            failures.Add(
                $"State:PostgresConnections is {options.PostgresConnections}, expected 1 to {MostConnections}");
        }

        if (options.PostgresTimeout < _second || options.PostgresTimeout > _longestTimeout)
        {
            failures.Add($"State:PostgresTimeout is {options.PostgresTimeout}, expected 1 s to 10 min");
        }

        if (options.LedgerPatience < TimeSpan.Zero || options.LedgerPatience > _longestPatience)
        {
            failures.Add($"State:LedgerPatience is {options.LedgerPatience}, expected 0 to 1 h");
        }
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,39}\z")]
    private static partial Regex SchemaPattern();
}
