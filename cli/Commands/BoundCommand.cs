using System.CommandLine;
using System.Text.Json.Nodes;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Networks.Data;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh bound ORIGINAL HYBRID --box BOX</c>: how far two networks are apart on a box.</summary>
internal static class BoundCommand
{
    // The service asks for one; no rows are sent here that it would be of.
    private const double Alpha = 0.01;

    public static Command Create()
    {
        var command = new Command(
            "bound",
            """
            Bounds how far the outputs of two networks can be apart for any input in a box, and searches the box for the
            input where they are: the bound is proven, what was found shows how far it is from the truth.

            Try:  koopmesh bound model.onnx hybrid.onnx --box 0..1
                  koopmesh bound model.onnx hybrid.onnx --box row:17:0.02:0..1 --data images.idx.gz --scale 1/255
                  koopmesh bound model.onnx hybrid.onnx --box row:17:0.02 --data rows.npy --search 1000000
            """);
        var arguments = new BoundArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(BoundSettings settings, CancellationToken cancellationToken)
    {
        var asked = settings.Box is { } text ? BoxText.Read(text) : null;
        await using var mesh = await MeshConnection.OpenAsync(settings.Endpoint, cancellationToken);
        var header = new BoundHeader
        {
            Original = await mesh.Client.UploadAsync(settings.Original, cancellationToken),
            Hybrid = await mesh.Client.UploadAsync(settings.Hybrid, cancellationToken),
            Regions = { settings.Regions },
            Alpha = Alpha,
        };
        var model = await mesh.Client.DescribeAsync(header.Original, Granularity.Unspecified, cancellationToken);
        var box = Resolve(asked, settings, [.. model.Model.InputShape]);
        var progress = new BoundProgress(settings.Json ? null : Terminal.Progress);
        var ladder = await progress.BoundAsync(() => mesh.Client.Bounds.BoundAsync(header, box, cancellationToken));
        var found = settings.Search == 0 ? null : await progress.SearchAsync(mesh.Client.Bounds.SearchAsync(
            Search(settings, header, ladder.Sound), box, cancellationToken));
        await TellAsync(settings, ladder.Sound, found);
        return found is not { Violations: > 0 } ? ExitCodes.Success : throw new CliException(
            ExitCodes.AnalysisFailed,
            $"{Numbers.Count(found.Violations)} points of the box break the sound bound; that is a fault of the bound, "
            + "not of the networks: please report it with both files and the box");
    }

    private static SearchHeader Search(BoundSettings settings, BoundHeader header, SoundBound sound)
    {
        var search = new SearchHeader
        {
            Original = header.Original,
            Hybrid = header.Hybrid,
            Points = settings.Search,
            RandomOnly = settings.RandomOnly,
            Seed = settings.Seed,
        };
        if (sound.Refusal.Length == 0)
        {
            search.Bound = sound.Output;
        }

        return search;
    }

    private static BoundsBox Resolve(InputBox? box, BoundSettings settings, IReadOnlyList<long> shape)
    {
        try
        {
            return ResolvedBox.Of(box, settings, shape);
        }
        catch (DataFormatException e)
        {
            throw new CliException(ExitCodes.BadInput, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.BadInput, $"'{settings.Data}' can't be read: {e.Message}", e);
        }
    }

    private static async Task TellAsync(BoundSettings settings, SoundBound sound, SearchBoxResponse? found)
    {
        if (!settings.Json)
        {
            BoundTable.Write(Terminal.Output, settings, sound, found);
            return;
        }

        var summary = new JsonObject
        {
            ["sound"] = JsonNode.Parse(ReportJson.ToCompactJson(sound)),
            ["search"] = found is null ? null : JsonNode.Parse(ReportJson.ToCompactJson(found)),
        };
        await Console.Out.WriteLineAsync(summary.ToString());
    }
}
