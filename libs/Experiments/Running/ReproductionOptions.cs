using KoopmanMesh.Experiments.Operators;
using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Experiments.Scaling;

namespace KoopmanMesh.Experiments.Running;

/// <summary>Which part of a recipe is run, and how often.</summary>
public sealed record ReproductionOptions
{
    /// <summary>Most seeds of a run: intervals are tabulated up to there.</summary>
    public const int MostSeeds = 30;

    /// <summary>Networks trained, with seeds 1, 2, …; from 1 to 30. Default 5.</summary>
    public int Seeds
    {
        get;
        init => field = value is >= 1 and <= MostSeeds
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"a reproduction takes 1 to {MostSeeds} seeds, got {value}");
    } = 5;

    /// <summary>Default both.</summary>
    public IReadOnlyList<PaperSetting> Settings { get; init; } = [PaperSetting.AsPublished, PaperSetting.Corrected];

    /// <summary>Positions of the ReLU before the replaced layer. Default 1, 3 and 5.</summary>
    public IReadOnlyList<int> Starts { get; init; } = [1, 3, 5];

    /// <summary>d goes from 1 to this. Default 10.</summary>
    public int MostDelays { get; init; } = 10;

    /// <summary>Refuses what <paramref name="recipe"/> can not do.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public void Validate(ReproductionRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        if (Settings.Count == 0 || Starts.Count == 0)
        {
            throw new ArgumentException("a reproduction takes at least one setting and one start, got none");
        }

        foreach (var start in Starts)
        {
            ScaledNetwork.Cut(start, recipe.Widths.Count - 1);
        }

        DelaySteps.ToTheLast(recipe.Blocks, MostDelays);
    }

    /// <summary>Whether a seed run under <paramref name="other"/> is also one of these.</summary>
    public bool GiveTheSameAs(ReproductionOptions other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return MostDelays == other.MostDelays && Settings.SequenceEqual(other.Settings)
            && Starts.SequenceEqual(other.Starts);
    }
}
