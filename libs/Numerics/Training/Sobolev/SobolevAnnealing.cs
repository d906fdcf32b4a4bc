namespace KoopmanMesh.Numerics.Training.Sobolev;

/// <summary>
/// How the index of a negative Sobolev norm falls over a run (methods P1.7): coarse scales first, and in the end those
/// that a large index would never let be learnt.
/// </summary>
/// <param name="From">s in the beginning, finite.</param>
/// <param name="To">s in the end, finite.</param>
/// <param name="Start">Part of the run, in [0, 1], after which it begins to change; default 0.</param>
/// <param name="End">Part of the run, above Start and at most 1, after which it is To; default 1.</param>
public sealed record SobolevAnnealing(double From = 1, double To = 0, double Start = 0, double End = 1)
{
    /// <summary>s after this part of the run: From, a straight line, To.</summary>
    /// <exception cref="InvalidOperationException">A number of this record is out of its range.</exception>
    public double At(double progress)
    {
        if (!double.IsFinite(From) || !double.IsFinite(To) || !(Start >= 0 && Start < End && End <= 1))
        {
            throw new InvalidOperationException(
                $"an index anneals between finite numbers and 0 <= start < end <= 1, got {From} to {To} from {Start} "
                + $"to {End}");
        }

        return From + ((To - From) * Math.Clamp((progress - Start) / (End - Start), 0, 1));
    }
}
