using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Credit.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>A bound and what a search found, on a terminal.</summary>
internal static class BoundTable
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Flagged = new(Color.Yellow);

    public static void Write(IAnsiConsole console, BoundSettings settings, SoundBound sound, SearchBoxResponse? found)
    {
        var terminal = new TerminalText(console);
        terminal.WriteLine(
            ("How far the outputs of ", null), (settings.Hybrid, Bold), (" are from those of ", null),
            (settings.Original, Bold), ($" on the box {settings.Box ?? "data"}:", null));
        terminal.WriteLines([.. Sound(settings, sound), .. Found(sound, found)]);
    }

    private static IEnumerable<(string Label, Style Style, string Text)> Sound(
        BoundSettings settings, SoundBound sound)
    {
        if (sound.Refusal.Length > 0)
        {
            yield return ("sound", Flagged, $"none: {sound.Refusal}");
            yield break;
        }

        yield return ("sound", Bold, $"{ReplacementLadder.Sound(sound)}, of it {Numbers.Small(sound.Rounding)} for "
            + "float32 rounding");
        for (var i = 0; i < settings.Regions.Count; i++)
        {
            yield return ("", Dim, $"{settings.Regions[i].Name}: at most {Numbers.Small(sound.Regions[i])}");
        }

        yield return ("", Dim,
            $"ReLUs not settled on the box: {Unstable(sound.UnstableOriginal, sound.RelusOriginal)} in the original, "
            + $"{Unstable(sound.UnstableHybrid, sound.RelusHybrid)} in the hybrid");
        foreach (var assumption in sound.Assumptions)
        {
            yield return ("", Dim, $"assumes: {assumption}");
        }
    }

    private static IEnumerable<(string Label, Style Style, string Text)> Found(
        SoundBound sound, SearchBoxResponse? found)
    {
        if (found is null)
        {
            yield break;
        }

        var share = sound.Refusal.Length == 0 && sound.Output > 0
            ? $", {Numbers.Percent(found.Largest / sound.Output)} of the bound"
            : "";
        yield return ("found", found.Violations > 0 ? Flagged : Bold,
            $"{Numbers.Small(found.Largest)} at output {found.Output}{share}, the largest of "
            + $"{Numbers.Count(found.PointsDone)} points; --json has the row");
    }

    private static string Unstable(long unstable, long all) => $"{Numbers.Count(unstable)} of {Numbers.Count(all)}";
}
