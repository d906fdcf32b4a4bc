using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Refuses to open a host to others by accident: beyond this machine only with TLS, or if told so.</summary>
internal sealed class ListenValidator(IOptions<SecurityOptions> security) : IValidateOptions<HostingOptions>
{
    public ValidateOptionsResult Validate(string? name, HostingOptions options)
    {
        if (options.Listen is not { } listen)
        {
            return security.Value.Tls.Certificate is null
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("Security:Tls is set without Hosting:Listen, the addresses it is for");
        }

        var (addresses, unreadable) = ListenAddresses.Parse(listen);
        List<string> failures =
        [
            .. unreadable.Select(static part =>
                $"Hosting:Listen has '{part}', expected ADDRESS:PORT such as 127.0.0.1:7070 or [::1]:7070"),
        ];
        if (!MayBeOpen(security.Value) && addresses.Find(static a => !ListenAddresses.IsLocal(a)) is { } open)
        {
            failures.Add(Sentence($"Hosting:Listen has {open}"));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    internal static bool MayBeOpen(SecurityOptions security) =>
        security.Tls.Certificate is not null || security.AllowPlaintext;

    internal static string Sentence(string what) =>
        $"{what}, which other machines can reach, without TLS: set Security:Tls:Certificate and Security:Tls:Key "
        + "(--tls-cert, --tls-key), or Security:AllowPlaintext=true (--allow-plaintext) on a network that you trust";
}
