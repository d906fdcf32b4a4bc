using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Experiments.Running;

namespace KoopmanMesh.Experiments.Tables;

/// <summary>The results of all seeds, by cell.</summary>
/// <param name="Recipe">What was run.</param>
/// <param name="Seeds">One result each, at least one.</param>
internal sealed record ResultSet(ReproductionRecipe Recipe, IReadOnlyList<SeedResult> Seeds)
{
    private readonly ILookup<(PaperSetting, int, int, int), double> _operators = Seeds.SelectMany(s => s.Operators)
        .ToLookup(o => (o.Setting, o.Start, o.Trajectories, o.Delays), o => o.Accuracy);

    public ReproductionOptions Options => Seeds[0].Options;

    public IEnumerable<int> Delays => Enumerable.Range(1, Options.MostDelays);

    public IReadOnlyList<double> Original(PaperSetting setting) =>
        [.. Seeds.Select(s => s.Original.Single(o => o.Setting == setting).Accuracy)];

    public SeedInterval Accuracy(PaperSetting setting, int start, int trajectories, int delays) =>
        SeedInterval.Of([.. _operators[(setting, start, trajectories, delays)]]);

    /// <summary>The cell with the highest mean.</summary>
    public (int Trajectories, int Delays, SeedInterval Accuracy) Best(PaperSetting setting, int start) =>
        Recipe.TrajectoryCounts.SelectMany(r => Delays.Select(d => (r, d, Accuracy(setting, start, r, d))))
            .MaxBy(cell => cell.Item3.Mean);

    /// <summary>The highest accuracy of each seed, over starts, R and d.</summary>
    public IEnumerable<double> Highest(PaperSetting setting) =>
        Seeds.Select(s => s.Operators.Where(o => o.Setting == setting).Max(o => o.Accuracy));

    /// <summary>Widths of the layer that is replaced after a start.</summary>
    public (int Before, int After) Layer(int start) =>
        (Recipe.Widths[(start + 1) / 2], Recipe.Widths[((start + 1) / 2) + 1]);
}
