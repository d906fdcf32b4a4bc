using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Clients;

/// <summary>Where the services of the mesh are.</summary>
public sealed class MeshOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Mesh";

    /// <summary>Address of the capture service, e.g. http://capture:8080. Default: this host's own.</summary>
    public Uri? Capture { get; set; }

    /// <summary>Address of the koopman service. Default: this host's own.</summary>
    public Uri? Koopman { get; set; }

    /// <summary>Address of the credit service. Default: this host's own.</summary>
    public Uri? Credit { get; set; }

    /// <summary>
    /// Deadline of unary calls that set none; 0 disables it. Streams have their run's token instead. Default: 60 s.
    /// </summary>
    public TimeSpan UnaryDeadline { get; set; } = TimeSpan.FromSeconds(60);

    internal Uri? AddressOf(MeshService service) => service switch
    {
        MeshService.Capture => Capture,
        MeshService.Koopman => Koopman,
        MeshService.Credit => Credit,
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, "not a service of the mesh"),
    };
}

/// <summary>The services of the mesh.</summary>
public enum MeshService
{
    /// <summary>Runs networks.</summary>
    Capture,

    /// <summary>Fits operators.</summary>
    Koopman,

    /// <summary>Judges.</summary>
    Credit,
}

/// <summary>Lists everything that is wrong with <see cref="MeshOptions"/>.</summary>
internal sealed class MeshOptionsValidator : IValidateOptions<MeshOptions>
{
    public ValidateOptionsResult Validate(string? name, MeshOptions options)
    {
        List<string> failures = [];
        foreach (var service in Enum.GetValues<MeshService>())
        {
            if (options.AddressOf(service) is { } uri
                && (!uri.IsAbsoluteUri || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)))
            {
                failures.Add($"Mesh:{service} is '{uri}', expected an address like http://host:port");
            }
        }

        if (options.UnaryDeadline < TimeSpan.Zero)
        {
            failures.Add($"Mesh:UnaryDeadline is {options.UnaryDeadline}, expected 0 or more");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
