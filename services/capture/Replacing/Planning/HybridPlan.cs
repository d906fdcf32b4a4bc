using System.Collections.Immutable;

namespace KoopmanMesh.Capture.Replacing.Planning;

/// <summary>What is replaced by what, in one hybrid.</summary>
/// <param name="Offers">In chain order, their regions apart.</param>
internal sealed record HybridPlan(ImmutableArray<StandInOffer> Offers)
{
    public static HybridPlan Of(StandInOffer offer) => new([offer]);

    /// <summary>Stable within a run: the regions with their lifts and ranks.</summary>
    public string Id { get; } = string.Join(';', Offers.Select(offer => offer.Id));

    /// <summary>One of <see cref="Roles"/>: that of all its parts, else a lift.</summary>
    public string Role => Offers.Select(offer => offer.Role).Distinct().ToArray() is [var same] ? same : Roles.Lift;

    /// <summary>Operations of a row that the network is spared.</summary>
    public long Saved => Offers.Sum(offer => offer.Saved);

    /// <summary>"dense_2 and dense_4", for sentences.</summary>
    public string Regions => string.Join(" and ", Offers.Select(offer => offer.Region.Name));

    /// <summary>"dense_2 by affine and dense_4 by relu:64 of rank 16", for sentences.</summary>
    public string Sentence => string.Join(" and ", Offers.Select(offer =>
        $"{offer.Region.Name} by {offer.Lift}" + (offer.AskedRank == 0 ? "" : $" of rank {offer.Rank}")));

    public bool Overlaps(Region region) => Offers.Any(offer => offer.Region.Overlaps(region));

    /// <summary>The plan with one more region replaced.</summary>
    public HybridPlan With(StandInOffer offer) => new([.. Offers.Append(offer).OrderBy(o => o.Region.First)]);
}

/// <summary>What a plan came to on the rows that choices are made on.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Score">The more, the better.</param>
/// <param name="Operations">Of the network as a whole, for one row.</param>
/// <param name="Parameters">Of the network as a whole.</param>
/// <param name="UnstableRelus">ReLUs not settled on the box; null where that is not known.</param>
internal sealed record Evaluation(
    HybridPlan Plan, double Score, long Operations, long Parameters, long? UnstableRelus = null);
