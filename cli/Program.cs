using KoopmanMesh.Cli;

return await CommandRunner.RunAsync(KoopmeshCommand.Create(), args);
