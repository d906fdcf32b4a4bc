using System.CommandLine;
using Grpc.Core;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Cli;

/// <summary>
/// Runs a command line; turns every failure into one sentence on standard error and a documented exit code.
/// </summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (var message in Complaints(result))
            {
                await Console.Error.WriteLineAsync($"koopmesh: {message}");
            }

            await Console.Error.WriteLineAsync("Try 'koopmesh --help', or 'koopmesh COMMAND --help'.");
            return ExitCodes.Usage;
        }

        try
        {
            return await result.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeToStop(result.CommandResult.Command),
            });
        }
        catch (CliException e)
        {
            return await FailAsync(e.ExitCode, e.Message);
        }
        catch (ArrayFileException e)
        {
            return await FailAsync(ExitCodes.BadInput, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            return await FailAsync(ExitCodes.Cancelled, "cancelled");
        }
        catch (KoopmanMeshException e)
        {
            return await FailAsync(ExitCodes.ForReason(e.Reason), e.Message);
        }
        catch (SettingsException e)
        {
            return await FailAsync(ExitCodes.Environment, string.Join("\nkoopmesh: ", e.Violations));
        }
        catch (Exception e) when (e is OptionsValidationException or LinearAlgebraUnavailableException)
        {
            return await FailAsync(ExitCodes.Environment, e.Message);
        }
        catch (RpcException e) when (
            e.StatusCode is StatusCode.Unavailable || e.Status.DebugException is HttpRequestException)
        {
            return await FailAsync(ExitCodes.Unreachable, EndpointTrouble.Explain(e));
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied)
        {
            return await FailAsync(ExitCodes.Denied, RpcErrors.Describe(e).Message);
        }
        catch (RpcException e)
        {
            var failure = RpcErrors.Describe(e);
            return await FailAsync(ExitCodes.ForReason(failure.Reason), failure.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return await FailAsync(
                ExitCodes.Internal, $"an unexpected {e.GetType().Name} ended the command: {e.Message}");
        }
    }

    // A server drains for as long as its options say; anything else that heeds no Ctrl-C is cut off.
    private static TimeSpan TimeToStop(Command command) =>
        command.Name is "serve" or "up" or "scale" ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(2);

    // After a name that is no command nothing else can be made sense of.
    private static IEnumerable<string> Complaints(ParseResult result) =>
        result.CommandResult.Command is RootCommand && result.UnmatchedTokens is [var name, ..]
            ? [$"there is no command '{name}'"]
            : result.Errors.Select(error => error.Message);

    private static async Task<int> FailAsync(int exitCode, string message)
    {
        await Console.Error.WriteLineAsync($"koopmesh: {message}");
        return exitCode;
    }
}
