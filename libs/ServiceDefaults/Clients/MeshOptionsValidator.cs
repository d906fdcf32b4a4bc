using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Clients;

/// <summary>Lists everything that is wrong with <see cref="MeshOptions"/>.</summary>
internal sealed class MeshOptionsValidator : IValidateOptions<MeshOptions>
{
    private const int MostAttempts = 5;
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    public ValidateOptionsResult Validate(string? name, MeshOptions options)
    {
        List<string> failures = [];
        foreach (var service in Enum.GetValues<MeshService>())
        {
            if (options.AddressOf(service) is { } uri && !IsAddress(uri))
            {
                failures.Add(
                    $"Mesh:{service} is '{uri}', expected an address like http://host:port, dns:///host:port "
                    + "or static:///host:port,host:port");
            }
        }

        CheckNotNegative(failures, nameof(options.UnaryDeadline), options.UnaryDeadline);
        CheckNotNegative(failures, nameof(options.StreamDeadline), options.StreamDeadline);
        CheckZeroOrSecond(failures, nameof(options.DnsRefresh), options.DnsRefresh);
        CheckZeroOrSecond(failures, nameof(options.KeepAliveDelay), options.KeepAliveDelay);
        if (options.KeepAliveTimeout < _second)
        {
            failures.Add($"Mesh:KeepAliveTimeout is {options.KeepAliveTimeout}, expected 1 s or more");
        }

        if (options.MaxAttempts is < 1 or > MostAttempts)
        {
            failures.Add($"Mesh:MaxAttempts is {options.MaxAttempts}, expected 1 to {MostAttempts}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsAddress(Uri uri) => uri.IsAbsoluteUri && uri.Scheme switch
    {
        "http" or "https" => true,
        MeshChannels.DnsScheme => uri is { Authority: "", Query: "", Fragment: "" }
            && uri.AbsolutePath.TrimStart('/') is { Length: > 0 } target
            && Uri.TryCreate($"http://{target}", UriKind.Absolute, out var parsed)
            && parsed is { PathAndQuery: "/", UserInfo: "" },
        StaticAddresses.Scheme => StaticAddresses.TryParse(uri, out _),
        _ => false,
    };

    private static void CheckNotNegative(List<string> failures, string option, TimeSpan value)
    {
        if (value < TimeSpan.Zero)
        {
            failures.Add($"Mesh:{option} is {value}, expected 0 or more");
        }
    }

    private static void CheckZeroOrSecond(List<string> failures, string option, TimeSpan value)
    {
        if (value != TimeSpan.Zero && value < _second)
        {
            failures.Add($"Mesh:{option} is {value}, expected 0, or 1 s or more");
        }
    }
}
