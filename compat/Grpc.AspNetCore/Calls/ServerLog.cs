using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

internal static partial class ServerLog
{
    [LoggerMessage(LogLevel.Error, "Service threw while serving '{Method}'.")]
    public static partial void ServiceThrew(ILogger logger, Exception exception, string method);

    [LoggerMessage(LogLevel.Information, "Call to '{Method}' ended with status '{StatusCode}': '{Detail}'.")]
    public static partial void CallFailed(ILogger logger, string method, StatusCode statusCode, string detail);

    [LoggerMessage(LogLevel.Debug, "Client cancelled its call to '{Method}'.")]
    public static partial void CallCancelled(ILogger logger, string method);

    [LoggerMessage(LogLevel.Debug, "Deadline of a call to '{Method}' passed.")]
    public static partial void DeadlineExceeded(ILogger logger, string method);
}
