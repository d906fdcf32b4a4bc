using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Opens the ports that the options name, each with its limits and, given a certificate, TLS.</summary>
internal sealed class Listeners(
    IOptions<HostingOptions> hosting,
    IOptions<SecurityOptions> security,
    IOptions<LimitOptions> limits,
    IServiceProvider services,
    OwnCalls own,
    InternalPort internalPort,
    ILogger<Listeners> logger) : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions options)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var ours = false;

        // Without TLS there is no negotiation, so a port has to be one or the other.
        options.ConfigureEndpointDefaults(listener =>
        {
            if (!ours)
            {
                CheckOther(listener);
            }

            listener.Protocols = HttpProtocols.Http2;
            var connections = new ConnectionLimits(limits.Value, time, logger);
            ((Microsoft.AspNetCore.Connections.IConnectionBuilder)listener).Use(connections.Limit);
        });
        if (hosting.Value.Listen is not { } listen)
        {
            return;
        }

        ours = true;
        foreach (var address in ListenAddresses.Parse(listen).Addresses)
        {
            options.Listen(address, Secure);
            if (!ListenAddresses.IsLocal(address))
            {
                Warn(address.ToString());
            }
        }

        if (security.Value.Authenticates || security.Value.Tls.Certificate is not null)
        {
            own.Listen(options);
        }

        internalPort.Listen(options);
        ours = false;
    }

    // ASPNETCORE_URLS and Kestrel's own section open ports too, beside Hosting:Listen or, if the host is told to prefer
    // them, instead of it; they know nothing of the certificate here.
    private void CheckOther(ListenOptions listener)
    {
        if (listener.IPEndPoint is { } address && !ListenAddresses.IsLocal(address) && !security.Value.AllowPlaintext)
        {
            var what = $"the host is to listen at {address} by another setting than Hosting:Listen";
            throw new OptionsValidationException(
                SecurityOptions.SectionName, typeof(SecurityOptions), [ListenValidator.Sentence(what)]);
        }
    }

    private void Secure(ListenOptions listener)
    {
        if (security.Value.Tls.Certificate is not null)
        {
            listener.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = services.GetRequiredService<ServerTls>().OnConnection,
                HandshakeTimeout = limits.Value.HandshakeTimeout,
            });
        }
    }

    private void Warn(string address)
    {
        var options = security.Value;
        if (options.Tls.Certificate is null && options.Tokens.Keys is not null)
        {
            Log.TokensInPlaintext(logger, address);
        }
        else if (options.Tls.Certificate is null)
        {
            Log.OpenInPlaintext(logger, address);
        }
        else if (!options.Authenticates)
        {
            Log.OpenToEveryone(logger, address);
        }
    }
}
