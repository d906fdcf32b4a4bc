using System.CommandLine;
using System.Globalization;
using System.Text;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh handoff-replay DIR COUNTEREXAMPLE</c>: what a verifier's counterexample is worth.</summary>
internal static class HandOffReplayCommand
{
    // A message takes 4 MiB.
    private const int MostCharacters = 4_000_000;

    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "What koopmesh handoff wrote." };
        var example = new Argument<string>("COUNTEREXAMPLE")
        {
            Description = "A verifier's answer: sat, then ((X_0 0.5) (X_1 0.25) ... (Y_0 1.5) ...).",
        };
        var json = new Option<bool>("--json") { Description = "Print the answer as JSON, and nothing else." };
        var endpoint = new EndpointArguments();
        var command = new Command(
            "handoff-replay",
            """
            Runs a verifier's counterexample through both networks of a hand-off and says whether it counts by
            VNN-COMP's rules: strictly, or with 1e-4 on the inputs. The exit code is 0 either way; --json has counts,
            true or false.

            Try:  koopmesh handoff-replay handoff answer.counterexample
            """)
        {
            folder, example, json,
        };
        endpoint.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(
            new HandOffFolder(result.GetRequiredValue(folder)), result.GetRequiredValue(example),
            result.GetValue(json), endpoint.Bind(result), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        HandOffFolder folder, string example, bool json, MeshEndpoint? endpoint, CancellationToken cancellationToken)
    {
        var (property, counterexample) = (Read(folder.Property), Read(example));
        if (property.Length + counterexample.Length > MostCharacters)
        {
            throw new CliException(
                ExitCodes.BadInput,
                $"'{folder.Property}' and '{example}' have {property.Length} and {counterexample.Length} characters; "
                + $"at most {MostCharacters} together can be replayed");
        }

        await using var mesh = await MeshConnection.OpenAsync(endpoint, cancellationToken);
        var request = new ReplayCounterexampleRequest
        {
            Original = await mesh.Client.UploadAsync(folder.Original, cancellationToken),
            Hybrid = await mesh.Client.UploadAsync(folder.Hybrid, cancellationToken),
            Property = property,
            Counterexample = counterexample,
        };
        var response = await mesh.Client.HandOffs.ReplayAsync(request, cancellationToken);
        if (json)
        {
            await Console.Out.WriteAsync(ReportJson.ToJson(response));
        }
        else
        {
            Tell(response, counterexample.Contains("Y_0", StringComparison.Ordinal));
        }

        return ExitCodes.Success;
    }

    private static void Tell(ReplayCounterexampleResponse response, bool listsOutputs)
    {
        var counts = response.Counts ? "it counts" : "it does not count";
        new TerminalText(Terminal.Output).WriteLines(
        [
            ("verdict", OperatorTable.Label, $"{response.Verdict}: {counts}"),
            ("difference", OperatorTable.Label, Number($"{response.Difference:G6} at most, original against hybrid")),
            ("input", OperatorTable.Label, Number($"{response.InputViolation:G3} outside the box, 1e-4 is allowed")),
            ("outputs", OperatorTable.Label, listsOutputs
                ? Number($"{response.OutputDifference:G3} from those the file lists")
                : "the file lists none; those of the replay were judged"),
        ]);
    }

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(ExitCodes.BadInput, $"there is no file '{path}'", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.BadInput, $"'{path}' can't be read: {e.Message}", e);
        }
    }
}
