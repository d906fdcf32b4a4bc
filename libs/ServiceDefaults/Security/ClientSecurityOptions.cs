using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// How a client trusts a mesh and makes itself known to it. Every file named here is read again when it changes.
/// </summary>
public sealed class ClientSecurityOptions
{
    /// <summary>Configuration section, shared with the addresses of the mesh.</summary>
    public const string SectionName = "Mesh";

    /// <summary>
    /// A PEM file: the authorities that servers' certificates are trusted by, and no others. Default: the system's.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>A PEM file: the certificate to show. Default: none.</summary>
    public string? ClientCertificate { get; set; }

    /// <summary>A PEM file: the private key of <see cref="ClientCertificate"/>, not encrypted.</summary>
    public string? ClientKey { get; set; }

    /// <summary>A file with the bearer token to send, e.g. a projected service account token. Default: none.</summary>
    public string? TokenFile { get; set; }

    /// <summary>
    /// Send the token beyond this machine without TLS too, where something else encrypts. Default: no, and such calls
    /// fail.
    /// </summary>
    public bool AllowPlaintextToken { get; set; }

    /// <summary>How often files are looked at for changes; more than 0. Default: 5 s.</summary>
    public TimeSpan ReloadInterval { get; set; } = SecurityOptions.DefaultReloadInterval;
}

/// <summary>Lists everything that is wrong with <see cref="ClientSecurityOptions"/>.</summary>
internal sealed class ClientSecurityOptionsValidator : IValidateOptions<ClientSecurityOptions>
{
    public ValidateOptionsResult Validate(string? name, ClientSecurityOptions options)
    {
        List<string> failures = [];
        if (options.ClientCertificate is null != options.ClientKey is null)
        {
            failures.Add("of Mesh:ClientCertificate and Mesh:ClientKey one is set, expected both or neither");
        }

        if (options.ReloadInterval <= TimeSpan.Zero)
        {
            failures.Add($"Mesh:ReloadInterval is {options.ReloadInterval}, expected more than 0");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
