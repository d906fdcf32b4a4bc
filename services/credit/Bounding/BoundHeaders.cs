using Grpc.Core;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Credit.Bounding;

/// <summary>First messages of the streams, checked before anything is read or loaded for them.</summary>
internal static class BoundHeaders
{
    private const int MostRegions = 64;
    private const int LongestName = 1024;
    private const long MostPoints = 10_000_000;

    public static void Check(BoundHeader header)
    {
        if (!(header.Alpha is > 0 and < 1))
        {
            throw new InvalidRequestException(
                "ALPHA_INVALID",
                FormattableString.Invariant($"alpha is {header.Alpha}, expected more than 0 and less than 1"),
                "header.alpha");
        }

        if (header.Regions.Count > MostRegions)
        {
            throw new InvalidRequestException(
                "REGIONS_INVALID", $"{header.Regions.Count} regions came, expected at most {MostRegions}",
                "header.regions");
        }

        for (var i = 0; i < header.Regions.Count; i++)
        {
            var region = header.Regions[i];
            RequireName(region.FromTensor, $"header.regions[{i}].from_tensor");
            RequireName(region.ToTensor, $"header.regions[{i}].to_tensor");
            if (region.FromTensor == region.ToTensor)
            {
                throw new InvalidRequestException(
                    "REGIONS_INVALID",
                    $"header.regions[{i}] starts and ends at '{region.ToTensor}', expected two tensors",
                    $"header.regions[{i}].to_tensor");
            }
        }
    }

    public static void Check(SearchHeader header)
    {
        if (header.Points is < 1 or > MostPoints)
        {
            throw new InvalidRequestException(
                "POINTS_INVALID", $"points is {header.Points}, expected 1 to {MostPoints}", "header.points");
        }

        if (!(header.AscentFraction is >= 0 and <= 1))
        {
            throw new InvalidRequestException(
                "ASCENT_FRACTION_INVALID",
                FormattableString.Invariant($"ascent_fraction is {header.AscentFraction}, expected 0 to 1"),
                "header.ascent_fraction");
        }

        if (header.HasBound && !(header.Bound >= 0))
        {
            throw new InvalidRequestException(
                "BOUND_INVALID", FormattableString.Invariant($"bound is {header.Bound}, expected at least 0"),
                "header.bound");
        }
    }

    /// <summary>The first message's header, or a refusal that names <paramref name="call"/>.</summary>
    public static async Task<T> ReadAsync<TRequest, T>(
        IAsyncStreamReader<TRequest> stream, Func<TRequest, T?> header, string call,
        CancellationToken cancellationToken)
        where T : class =>
        await stream.MoveNext(cancellationToken) && header(stream.Current) is { } first
            ? first
            : throw new InvalidRequestException(
                "HEADER_MISSING", $"{call} starts with a message that says of what, got none", "part");

    /// <summary>A message that came where another was expected.</summary>
    public static InvalidRequestException PartInvalid(string expected, object got) => new(
        "PART_INVALID", $"after its first message come {expected}, got {got}", "part");

    private static void RequireName(string name, string field)
    {
        if (name.Length is 0 or > LongestName)
        {
            throw new InvalidRequestException(
                "REGIONS_INVALID", $"{field} has {name.Length} characters, expected 1 to {LongestName}", field);
        }
    }
}
