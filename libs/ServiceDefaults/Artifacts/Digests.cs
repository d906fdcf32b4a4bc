using System.Buffers;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>SHA-256 digests as text: 64 lower-case hexadecimal digits.</summary>
public static class Digests
{
    private static readonly SearchValues<char> _digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether <paramref name="digest"/> is one.</summary>
    public static bool IsValid(string? digest) =>
        digest is { Length: 64 } && !digest.AsSpan().ContainsAnyExcept(_digits);

    /// <summary>Returns <paramref name="digest"/> if it is one. Nothing else may become part of a path.</summary>
    /// <param name="digest">From outside.</param>
    /// <param name="field">Field of the request it came in.</param>
    /// <exception cref="InvalidRequestException">It is not one.</exception>
    public static string Require(string? digest, string field = "digest") => IsValid(digest)
        ? digest!
        : throw new InvalidRequestException(
            "DIGEST_INVALID",
            $"{field} must be a SHA-256 digest of 64 lower-case hexadecimal digits, " +
            $"got {digest?.Length ?? 0} characters",
            field);
}
