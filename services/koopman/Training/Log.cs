using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Koopman.Training;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "The training in \"{Folder}\" was left out of a list: {Reason}.")]
    public static partial void TrainingSkipped(ILogger logger, string folder, string reason);
}
