using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Koopman.Training;

/// <summary>
/// Ids of training runs: 1 to 64 characters that are safe in names, beginning with a letter or digit.
/// </summary>
internal static partial class TrainingIds
{
    /// <summary>A new id; ids made later sort later.</summary>
    public static string New(TimeProvider time) => $"t-{Guid.CreateVersion7(time.GetUtcNow()):N}";

    /// <exception cref="InvalidRequestException">It is none.</exception>
    public static string Require(string id, string field = "training_id") => Pattern().IsMatch(id)
        ? id
        : throw new InvalidRequestException(
            "TRAINING_ID_INVALID",
            $"{field} is {Quoted(id)}, expected 1 to 64 of letters, digits, '.', '_' and '-', beginning with a letter "
            + "or digit",
            field);

    /// <summary>An id that is named more than once; null where there is none.</summary>
    public static string? Repeated(IEnumerable<string> ids)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return ids.FirstOrDefault(id => !seen.Add(id));
    }

    /// <summary>
    /// What the run's folder is called: two ids that differ only in case differ on every file system.
    /// </summary>
    public static string FolderOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    private static string Quoted(string id) => id switch
    {
        "" => "empty",
        { Length: > 80 } => $"{id.Length} characters long",
        _ => $"'{id}'",
    };

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Pattern();
}
