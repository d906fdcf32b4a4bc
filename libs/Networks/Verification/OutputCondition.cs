namespace KoopmanMesh.Networks.Verification;

/// <summary>What an assertion says about outputs.</summary>
internal abstract record OutputCondition
{
    public abstract bool Holds(ReadOnlySpan<double> y);

    /// <summary>left ≤ right; a side is a number or an output.</summary>
    public sealed record AtMost(OutputTerm Left, OutputTerm Right) : OutputCondition
    {
        public override bool Holds(ReadOnlySpan<double> y) => Left.Of(y) <= Right.Of(y);
    }

    /// <summary>All parts, or any of them.</summary>
    public sealed record Many(bool All, IReadOnlyList<OutputCondition> Parts) : OutputCondition
    {
        public override bool Holds(ReadOnlySpan<double> y)
        {
            foreach (var part in Parts)
            {
                if (part.Holds(y) != All)
                {
                    return !All;
                }
            }

            return All;
        }
    }
}

/// <summary>Output <paramref name="Index"/>, or the number where that is -1.</summary>
internal readonly record struct OutputTerm(int Index, double Number)
{
    public double Of(ReadOnlySpan<double> y) => Index < 0 ? Number : y[Index];
}
