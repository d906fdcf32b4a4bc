using System.Globalization;
using System.Text.RegularExpressions;
using KoopmanMesh.Numerics.Storage.Arrays;

namespace KoopmanMesh.Training.Checkpoints;

/// <summary>A checkpoint of a folder.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Step">The last number of its name.</param>
internal sealed record CheckpointName(string Path, long Step);

/// <summary>The checkpoints of a folder by their names: "step-0100.safetensors" is step 100.</summary>
internal static partial class CheckpointNames
{
    private static readonly string[] Endings = [".safetensors", ".npz", ".npy"];

    /// <summary>The checkpoints in ascending order of their steps; a single one may have no number.</summary>
    /// <exception cref="ArrayFileException">
    /// There is none, two have one step, one has none, or they are of several formats.
    /// </exception>
    public static List<CheckpointName> In(string folder)
    {
        var files = Directory.GetFiles(folder)
            .Where(path => Endings.Contains(Ending(path)) && !Path.GetFileName(path).StartsWith('.'))
            .Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            throw Nothing(folder);
        }

        if (files.Find(path => Ending(path) != Ending(files[0])) is { } other)
        {
            throw new ArrayFileException(
                $"the folder '{folder}' mixes '{Path.GetFileName(files[0])}' with '{Path.GetFileName(other)}'; a run "
                + "is of one format");
        }

        if (files.Count == 1)
        {
            return [new CheckpointName(files[0], 0)];
        }

        var names = files.ConvertAll(path => new CheckpointName(path, StepOf(path)));
        names.Sort((a, b) => a.Step.CompareTo(b.Step));
        for (var i = 1; i < names.Count; i++)
        {
            if (names[i].Step == names[i - 1].Step)
            {
                throw new ArrayFileException(
                    $"'{names[i - 1].Path}' and '{Path.GetFileName(names[i].Path)}' are both step {names[i].Step}, by "
                    + "the last number of their names; a step has one checkpoint");
            }
        }

        return names;
    }

    private static string Ending(string path) => Path.GetExtension(path).ToLowerInvariant();

    private static long StepOf(string path)
    {
        var match = LastNumber().Match(Path.GetFileNameWithoutExtension(path));
        return match.Success
            && long.TryParse(match.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : throw new ArrayFileException(
                $"the name of '{path}' has no number that could be its step; expected e.g. "
                + $"step-0100{Ending(path)}");
    }

    private static ArrayFileException Nothing(string folder)
    {
        var pickled = Directory.GetFiles(folder).FirstOrDefault(path => Ending(path) is ".pt" or ".pth" or ".ckpt");
        return new ArrayFileException(
            $"the folder '{folder}' holds no .safetensors, .npz or .npy file"
            + (pickled is null ? "" : $"; '{Path.GetFileName(pickled)}' is a pickle, which is not read: export it by "
                + "safetensors.torch.save_file"));
    }

    [GeneratedRegex(@"\d+(?!.*\d)", RegexOptions.CultureInvariant)]
    private static partial Regex LastNumber();
}
