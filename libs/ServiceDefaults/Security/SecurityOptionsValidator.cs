using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Lists everything that is wrong with <see cref="SecurityOptions"/>.</summary>
internal sealed class SecurityOptionsValidator : IValidateOptions<SecurityOptions>
{
    private static readonly TimeSpan _mostSkew = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        List<string> failures = [];
        CheckTls(options.Tls, failures);
        CheckClientCertificates(options, failures);
        CheckTokens(options.Tokens, failures);
        if (options.Policies.Count > 0 && !options.Authenticates)
        {
            failures.Add(
                "Security:Policies is set but no client can be known; "
                + "set Security:Tokens or Security:ClientCertificates too");
        }

        if (options.ReloadInterval <= TimeSpan.Zero)
        {
            failures.Add($"Security:ReloadInterval is {options.ReloadInterval}, expected more than 0");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckTls(TlsOptions tls, List<string> failures)
    {
        if (tls.Certificate is null != tls.Key is null)
        {
            failures.Add("of Security:Tls:Certificate and Security:Tls:Key one is set, expected both or neither");
        }
    }

    private static void CheckClientCertificates(SecurityOptions options, List<string> failures)
    {
        var clients = options.ClientCertificates;
        if (clients.Authority is null != (clients.Allow.Count == 0))
        {
            failures.Add(
                "of Security:ClientCertificates:Authority and Security:ClientCertificates:Allow one is set, expected "
                + "both or neither (Allow may be \"*\" for every certificate of the authority)");
        }

        if (clients.Authority is not null && options.Tls.Certificate is null)
        {
            failures.Add("Security:ClientCertificates is set without Security:Tls, which it is a part of");
        }

        if (clients.Allow.Any(string.IsNullOrWhiteSpace))
        {
            failures.Add("Security:ClientCertificates:Allow has an empty entry, expected a name or a thumbprint");
        }
    }

    private static void CheckTokens(TokenOptions tokens, List<string> failures)
    {
        string?[] all = [tokens.Keys, tokens.Issuer, tokens.Audience];
        if (all.Any(string.IsNullOrWhiteSpace) && !Array.TrueForAll(all, static value => value is null))
        {
            failures.Add(
                "some of Security:Tokens:Keys, Security:Tokens:Issuer and Security:Tokens:Audience are set, expected "
                + "all three or none");
        }

        foreach (var algorithm in tokens.Algorithms.Except(TokenValidator.KnownAlgorithms, StringComparer.Ordinal))
        {
            failures.Add(
                $"Security:Tokens:Algorithms has '{algorithm}', expected some of "
                + string.Join(", ", TokenValidator.KnownAlgorithms));
        }

        if (tokens.ClockSkew < TimeSpan.Zero || tokens.ClockSkew > _mostSkew)
        {
            failures.Add($"Security:Tokens:ClockSkew is {tokens.ClockSkew}, expected 0 to {_mostSkew}");
        }
    }
}
