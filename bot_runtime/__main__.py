from bot_runtime.cli import main

main()
