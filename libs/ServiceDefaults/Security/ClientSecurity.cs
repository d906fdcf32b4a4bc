using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Trusts servers by an authority, and shows them a certificate, a token, or both.</summary>
public sealed class ClientSecurity : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly ClientSecurityOptions _options;
    private readonly WatchedFiles<X509Certificate2Collection>? _authorities;
    private readonly WatchedFiles<X509Certificate2>? _certificate;
    private readonly WatchedFiles<string>? _token;

    /// <summary>Reads the files.</summary>
    /// <exception cref="SecurityFileException">One can't be read, or isn't what it should be.</exception>
    public ClientSecurity(ClientSecurityOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        if (options.Authority is { } authority)
        {
            _authorities = new([("Mesh:Authority", authority)],
                contents => Pem.Certificates(contents[0], "Mesh:Authority", authority),
                options.ReloadInterval, time, logger);
        }

        if (options is { ClientCertificate: { } certificatePath, ClientKey: { } keyPath })
        {
            (string, string) certificate = ("Mesh:ClientCertificate", certificatePath);
            (string, string) key = ("Mesh:ClientKey", keyPath);
            _certificate = new([certificate, key], contents => Pem.Pair(contents, certificate, key).Own,
                options.ReloadInterval, time, logger);
        }

        if (options.TokenFile is { } tokenFile)
        {
            _token = new([("Mesh:TokenFile", tokenFile)], contents => TokenOf(contents[0], tokenFile),
                options.ReloadInterval, time, logger);
        }
    }

    /// <summary>Has a handler's new connections trust and show what the files hold by then.</summary>
    public void Configure(SocketsHttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (_authorities is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                certificate is X509Certificate2 shown && IsTrusted(shown, chain, errors);
        }

        if (_certificate is not null)
        {
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => _certificate.Current;
        }
    }

    /// <summary>Has calls to an address carry the token.</summary>
    /// <param name="address">Where the calls go.</param>
    /// <param name="encrypted">Whether they go there by TLS.</param>
    /// <param name="invoker">Makes the calls.</param>
    /// <exception cref="PreconditionException">It would travel to another machine without TLS.</exception>
    public CallInvoker Authorize(Uri address, bool encrypted, CallInvoker invoker)
    {
        ArgumentNullException.ThrowIfNull(address);
        return TokenFor(address, encrypted) is null ? invoker : invoker.WithBearerToken(() => _token!.Current);
    }

    /// <summary>The token that calls to an address carry; null where none does.</summary>
    /// <exception cref="PreconditionException">It would travel to another machine without TLS.</exception>
    internal string? TokenFor(Uri address, bool encrypted)
    {
        if (_token is null)
        {
            return null;
        }

        return encrypted || IsThisMachine(address) || _options.AllowPlaintextToken
            ? _token.Current
            : throw new PreconditionException(
                "TOKEN_NEEDS_TLS", address.ToString(),
                $"the token is not sent to {address} without TLS, where others could read it; use an https address");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _authorities?.Dispose();
        _certificate?.Dispose();
        _token?.Dispose();
    }

    private static bool IsThisMachine(Uri address) => address.Scheme == Uri.UriSchemeHttp && address.IsLoopback;

    private static string TokenOf(byte[] content, string path)
    {
        var token = Encoding.UTF8.GetString(content).Trim();
        return token.Length > 0 && token.All(static c => char.IsAscii(c) && !char.IsControl(c) && c != ' ')
            ? token
            : throw new SecurityFileException("Mesh:TokenFile", path, "which does not hold a bearer token alone");
    }

    // The name was compared already; only the chain is built anew, to the given authorities.
    private bool IsTrusted(X509Certificate2 shown, X509Chain? presented, SslPolicyErrors errors)
    {
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        using var chain = new X509Chain { ChainPolicy = ServerTls.TrustOnly(_authorities!.Current) };
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.ExtraStore.AddRange(presented?.ChainPolicy.ExtraStore ?? []);
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(shown);
    }
}
