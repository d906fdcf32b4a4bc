using System.Text;

using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Experiments.Running;

namespace KoopmanMesh.Experiments.Tables;

/// <summary>A reproduction as a page of Markdown: the published numbers beside the measured ones.</summary>
public static class ReproductionReport
{
    /// <summary>The page.</summary>
    /// <param name="recipe">What was run.</param>
    /// <param name="seeds">Its results, at least one, all of the same options.</param>
    /// <param name="command">The command that wrote it.</param>
    public static string Write(ReproductionRecipe recipe, IReadOnlyList<SeedResult> seeds, string command)
    {
        var results = Results(recipe, seeds);
        var text = new StringBuilder();
        Section(text, $"# 2409.01308 on {recipe.Title}: tables", Introduction(results, command));
        Section(text, "## Findings", [.. Findings.Of(results).Select(f => $"* {f}")], separate: false);
        Section(text, "## The networks", Networks(results), Blocks(results));
        foreach (var setting in results.Options.Settings)
        {
            Section(text, $"## {Findings.Name(setting)}", Setting(recipe, setting));
            foreach (var start in results.Options.Starts)
            {
                var (before, after) = results.Layer(start);
                Section(
                    text, $"### The layer after ReLU {start} ({before} → {after})",
                    AccuracyTable.Of(results, setting, start));
            }
        }

        if (results.Options.Settings.Contains(PaperSetting.Corrected))
        {
            Section(text, "## Lifts", LiftsIntroduction, LiftTable.Of(results));
            Section(text, null, [.. LiftTable.Refusals(results)]);
        }

        return text.ToString().TrimEnd() + "\n";
    }

    /// <summary>The findings, one a line.</summary>
    public static string Summary(ReproductionRecipe recipe, IReadOnlyList<SeedResult> seeds) =>
        string.Join(Environment.NewLine, Findings.Of(Results(recipe, seeds)));

    private const string LiftsIntroduction =
        "One linear operator (with an offset) on observables of the state before the replaced layer, fitted by least "
        + "squares to the activation after it on all training rows, without fine-tuning, judged on the corrected test "
        + "rows. `skip` leaves the layer out (the first entries of the state go on); `delay:10` sees the state and "
        + "those after the ten blocks; half rank reduces the operator to half the replaced layer's width. Error: "
        + "‖Y − Ŷ‖ / ‖Y − mean Y‖ on the test rows.";

    private static ResultSet Results(ReproductionRecipe recipe, IReadOnlyList<SeedResult> seeds)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(seeds);
        return seeds.Count > 0
            ? new ResultSet(recipe, seeds)
            : throw new ArgumentException("a report needs the results of at least one seed, got none", nameof(seeds));
    }

    private static string Introduction(ResultSet results, string command) =>
        $"Written by `{command}` on {results.Seeds[0].LinearAlgebra}. Accuracies in percent: mean over "
        + $"{results.Seeds.Count} seeds ± half of Student's 95 % interval of the mean. Published numbers are of one "
        + "network. `*`: the published number lies outside the interval of the mean; `**`: also outside the 95 % "
        + "interval for one network more, so that it is not explained by chance of the seed.";

    private static string Setting(ReproductionRecipe recipe, PaperSetting setting) =>
        setting == PaperSetting.AsPublished
            ? "Delay windows cross the seams between trajectories, the last state is padded with −1, the last step is "
                + $"read in the span of the delay vectors, no constant; {recipe.PublishedRows}."
            : "No seams, padding by 0, a constant beside the delays, the last step read from the successors; "
                + $"{recipe.CorrectedRows}.";

    private static string Networks(ResultSet results)
    {
        var table = new MarkdownTable("network", "published", "measured", "seed by seed");
        foreach (var setting in results.Options.Settings)
        {
            var accuracies = results.Original(setting);
            table.Add(
                $"test rows, {Findings.Name(setting).ToLowerInvariant()}",
                Percent.Of(results.Recipe.Published.Original), Percent.Of(SeedInterval.Of(accuracies)),
                string.Join(", ", accuracies.Select(Percent.Of)));
        }

        return table.ToString();
    }

    private static string Blocks(ResultSet results)
    {
        var table = new MarkdownTable(
            "blocks after", "first epoch's loss", "last, lowest", "last, highest", "drawn", "accuracy with them");
        foreach (var start in results.Options.Starts)
        {
            var blocks = results.Seeds.SelectMany(s => s.Scaling).Where(s => s.Start == start).ToArray();
            table.Add(
                $"ReLU {start}", Percent.Invariant(blocks.Average(b => b.FirstLoss), "0.000"),
                Percent.Invariant(blocks.Min(b => b.Loss), "0.0e0"),
                Percent.Invariant(blocks.Max(b => b.Loss), "0.0e0"), string.Join(", ", blocks.Select(b => b.Draws)),
                Percent.Of(SeedInterval.Of([.. blocks.Select(b => b.Accuracy)])));
        }

        return table.ToString();
    }

    private static void Section(StringBuilder text, string? heading, params ReadOnlySpan<string> parts) =>
        Section(text, heading, parts.ToArray(), separate: true);

    private static void Section(StringBuilder text, string? heading, string[] parts, bool separate)
    {
        if (heading is not null)
        {
            text.Append(heading).Append("\n\n");
        }

        foreach (var part in parts)
        {
            text.Append(part.TrimEnd()).Append(separate ? "\n\n" : "\n");
        }

        text.Append(separate ? "" : "\n");
    }
}
