using Google.Protobuf;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>Analysis options from a JSON file, in the proto JSON of <see cref="AnalysisOptions"/>.</summary>
internal static class ConfigFile
{
    public static AnalysisOptions Read(string? path)
    {
        if (path is null)
        {
            return new AnalysisOptions();
        }

        try
        {
            return AnalysisOptions.Parser.ParseJson(File.ReadAllText(path));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new CliException(
                ExitCodes.BadInput,
                $"the configuration '{path}' is not a JSON object of analysis options such as {{\"bootstraps\": 100}}: "
                + e.Message,
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // After the two above: they are IOExceptions too.
            throw new CliException(ExitCodes.BadInput, $"the configuration '{path}' can't be read: {e.Message}", e);
        }
    }
}
