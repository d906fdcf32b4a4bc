using System.Net;
using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Refuses to open a host to others by accident: beyond this machine only with TLS, or if told so.</summary>
internal sealed class ListenValidator(IOptions<SecurityOptions> security) : IValidateOptions<HostingOptions>
{
    public ValidateOptionsResult Validate(string? name, HostingOptions options)
    {
        List<string> failures = [];
        if (options.Listen is null)
        {
            if (security.Value.Tls.Certificate is not null)
            {
                failures.Add("Security:Tls is set without Hosting:Listen, the addresses it is for");
            }

            if (options.InternalListen is not null)
            {
                failures.Add("Hosting:InternalListen is set without Hosting:Listen, where gRPC is served");
            }
        }

        var addresses = Read(failures, "Hosting:Listen", options.Listen);
        var others = Read(failures, "Hosting:InternalListen", options.InternalListen);
        if (addresses.Find(a => a.Port != 0 && others.Exists(other => other.Port == a.Port)) is { } shared)
        {
            failures.Add(
                $"Hosting:InternalListen has port {shared.Port} of Hosting:Listen, expected another: without TLS a port "
                + "speaks one protocol");
        }

        if (!MayBeOpen(security.Value) && addresses.Find(static a => !ListenAddresses.IsLocal(a)) is { } open)
        {
            failures.Add(Sentence($"Hosting:Listen has {open}"));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static List<IPEndPoint> Read(List<string> failures, string setting, string? text)
    {
        if (text is null)
        {
            return [];
        }

        var (addresses, unreadable) = ListenAddresses.Parse(text);
        failures.AddRange(unreadable.Select(part =>
            $"{setting} has '{part}', expected ADDRESS:PORT such as 127.0.0.1:7070 or [::1]:7070"));
        return addresses;
    }

    internal static bool MayBeOpen(SecurityOptions security) =>
        security.Tls.Certificate is not null || security.AllowPlaintext;

    internal static string Sentence(string what) =>
        $"{what}, which other machines can reach, without TLS: set Security:Tls:Certificate and Security:Tls:Key "
        + "(--tls-cert, --tls-key), or Security:AllowPlaintext=true (--allow-plaintext) on a network that you trust";
}
