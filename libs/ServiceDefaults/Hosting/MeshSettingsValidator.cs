using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>Refuses settings that are right one by one and make no mesh together.</summary>
internal sealed class MeshSettingsValidator(IConfiguration configuration) : IValidateOptions<HostingOptions>
{
    public ValidateOptionsResult Validate(string? name, HostingOptions options)
    {
        if (!Is("EventBus:Kind", "Dapr"))
        {
            return ValidateOptionsResult.Success;
        }

        List<string> failures = [];
        if (!Is("State:Ledger", "Postgres"))
        {
            failures.Add(
                "EventBus:Kind is Dapr with State:Ledger=Files, expected Postgres: Dapr takes events to other "
                + "processes, and a ledger in files is one process's own");
        }

        if (options.InternalListen is null)
        {
            failures.Add(
                "EventBus:Kind is Dapr without Hosting:InternalListen, the port that its sidecar brings events to");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private bool Is(string key, string value) =>
        string.Equals(configuration[key], value, StringComparison.OrdinalIgnoreCase);
}
