using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Capture.Replacing.Rows;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Capture.Replacing;

/// <summary>Plans and what became of them, as messages.</summary>
internal static class ReplacementMapping
{
    public static ReplacedRegion ToMessage(StandInOffer offer) => new()
    {
        Region = offer.Region.Name,
        FromTensor = offer.Region.From.Name,
        ToTensor = offer.Region.To.Name,
        BeforeWidth = offer.Region.From.Width,
        AfterWidth = offer.Region.To.Width,
        Lift = offer.Lift,
        Rank = offer.Rank,
        Observables = offer.Observables,
        HeldOutError = offer.HeldOutError,
    };

    public static Candidate ToMessage(Evaluation evaluation, bool onFront)
    {
        var candidate = new Candidate
        {
            Id = evaluation.Plan.Id,
            Score = evaluation.Score,
            Costs = new Costs { Parameters = evaluation.Parameters, Operations = evaluation.Operations },
            OnFront = onFront,
            Role = evaluation.Plan.Role,
        };
        if (evaluation.UnstableRelus is { } unstable)
        {
            candidate.Costs.UnstableRelus = unstable;
        }

        candidate.Regions.Add(evaluation.Plan.Offers.Select(ToMessage));
        return candidate;
    }

    public static DataSplit ToSplit(ReplacementJob job) => new()
    {
        Name = job.Inputs.Data.Name,
        Digest = job.Inputs.Spec.Data.Digest,
        Rows = job.Split.Rows,
        FitRows = job.Split.Count(RowParts.Fit),
        SelectRows = job.Split.Count(RowParts.Select),
        CalibrateRows = job.Split.Count(RowParts.Calibrate),
        TestRows = job.Split.Count(RowParts.Test),
        Labelled = job.Inputs.Labels is not null,
    };
}
